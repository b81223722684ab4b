/** The layers by category, recent ones first; search by name or by what people call them elsewhere. */
import Fuse from 'fuse.js';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { LAYER_CATEGORIES, type LayerDefinition } from '#engine/layers/define.ts';
import { layers } from '#engine/layers/index.ts';
import { LAYER_DRAG_TYPE } from '../canvas/dragType.ts';
import { toggleMember, viewStore } from '../state/view.ts';
import { humps } from '../ui/humps.tsx';
import { Icon } from '../ui/Icon.tsx';
import { categoryColor, LayerIcon } from '../ui/layerLook.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { useRovingList } from '../ui/useRovingList.ts';
import { addLayer } from './addLayer.ts';
import './Palette.css';

const ALL: readonly LayerDefinition[] = [...layers.values()];

const search = new Fuse(ALL, {
  keys: [
    { name: 'type', weight: 3 },
    { name: 'label', weight: 2 },
    { name: 'keywords', weight: 1 },
  ],
  threshold: 0.35,
  ignoreLocation: true,
});

export function Palette() {
  const [query, setQuery] = useState('');
  const recent = useStore(viewStore, (view) => view.recentLayers);
  const open = useStore(viewStore, (view) => view.openCategories);
  const list = useRovingList<HTMLDivElement>();
  const found = useMemo(
    () => (query.trim() === '' ? null : search.search(query).map(({ item }) => item)),
    [query],
  );
  const recentLayers = recent.flatMap((type) => layers.get(type) ?? []).slice(0, 3);

  return (
    <>
      <div className="palette-search">
        <Icon name="search" size={14} />
        <input
          type="search"
          placeholder="Find a layer"
          aria-label="Find a layer"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const [first] = found ?? [];
            if (event.key === 'Enter' && first) addLayer(first.type);
            if (event.key === 'Escape') setQuery('');
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              list.ref.current?.querySelector('button')?.focus();
            }
          }}
        />
      </div>
      <div className="scroll" {...list}>
        {found ? (
          found.length > 0 ? (
            found.map((definition) => <LayerRow key={definition.type} definition={definition} />)
          ) : (
            <p className="empty">No layer by that name.</p>
          )
        ) : (
          <>
            {recentLayers.length > 0 && (
              <section>
                <h2 className="palette-category">
                  <Icon name="clock" size={12} />
                  Recent
                </h2>
                {recentLayers.map((definition) => (
                  <LayerRow key={definition.type} definition={definition} />
                ))}
              </section>
            )}
            {LAYER_CATEGORIES.map((category) => {
              const members = ALL.filter((definition) => definition.category === category);
              if (members.length === 0) return null;
              const isOpen = open.includes(category);
              return (
                <section key={category}>
                  <h2>
                    <button
                      type="button"
                      className="palette-category"
                      aria-expanded={isOpen}
                      onClick={() =>
                        viewStore.setState(({ openCategories }) => ({
                          openCategories: toggleMember(openCategories, category),
                        }))
                      }
                    >
                      <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} size={12} />
                      <i style={{ background: categoryColor(category) }} />
                      {category}
                      <span>{members.length}</span>
                    </button>
                  </h2>
                  {isOpen &&
                    members.map((definition) => (
                      <LayerRow key={definition.type} definition={definition} />
                    ))}
                </section>
              );
            })}
          </>
        )}
      </div>
    </>
  );
}

function LayerRow({ definition }: { readonly definition: LayerDefinition }) {
  const { type, doc } = definition;
  return (
    <Tooltip
      side="right"
      text={
        <>
          <b>{type}</b>
          <br />
          {doc}
        </>
      }
    >
      <button
        type="button"
        className="palette-layer"
        draggable
        data-layer={type}
        onDragStart={(event) => {
          event.dataTransfer.setData(LAYER_DRAG_TYPE, type);
          event.dataTransfer.effectAllowed = 'copy';
        }}
        // A double click adds; a single one may be the beginning of a drag. Enter and Space add.
        onClick={(event) => {
          if (event.detail === 0) addLayer(type);
        }}
        onDoubleClick={() => addLayer(type)}
      >
        <LayerIcon definition={definition} />
        <span className="palette-name ellipsis">{humps(type)}</span>
        <Icon name="grip" size={12} className="palette-grip" />
      </button>
    </Tooltip>
  );
}
