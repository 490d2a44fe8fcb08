import { Copy, Download, Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { memo } from 'react';
import type { SceneWish } from '../../model/scene.ts';
import type { FlowMode } from '../../model/session.ts';
import type { TableFormat } from '../../model/table-text.ts';
import { Button } from '../../widgets/button.tsx';
import type { CanvasActions } from './flow-canvas.tsx';

interface FlowBarProps {
  readonly mode: FlowMode;
  readonly axis: SceneWish['axis'];
  readonly isLive: boolean;
  readonly canvas: React.RefObject<CanvasActions | null>;
  onMode(mode: FlowMode): void;
  onAxis(axis: SceneWish['axis']): void;
  /** Takes what is shown elsewhere. */
  onCopy(format: TableFormat): void;
  /** Writes it into a file. */
  onSave(format: TableFormat): void;
}

const MODES: readonly (readonly [FlowMode, string])[] = [
  ['space-time', 'Space–time'],
  ['tree', 'Journey'],
  ['map', 'Map'],
  ['table', 'Table'],
];
const FORMATS: readonly (readonly [TableFormat, string])[] = [
  ['csv', 'CSV'],
  ['json', 'JSON'],
];
const AXES: readonly (readonly [SceneWish['axis'], string])[] = [
  ['order', 'Order'],
  ['time', 'Time'],
];

/** The strip above the messages: which view, and where it stands. */
export const FlowBar = memo(function FlowBar(props: FlowBarProps): React.ReactNode {
  const { mode, isLive, canvas } = props;
  return (
    <div className="flow-bar">
      <Choice<FlowMode> label="View" value={mode} options={MODES} onChange={props.onMode} />
      {mode === 'space-time' && (
        <Choice<SceneWish['axis']> label="Horizontal axis" value={props.axis} options={AXES} onChange={props.onAxis} />
      )}
      {mode === 'table' && (
        <span className="flow-tools">
          {FORMATS.map(([format, title]) => (
            <span key={format} className="flow-take">
              {title}
              <Button look="quiet" isSmall isIcon label={`Copy the messages shown as ${title}`} onClick={() => props.onCopy(format)}>
                <Copy size={12} />
              </Button>
              <Button
                look="quiet"
                isSmall
                isIcon
                label={`Save the messages shown as a file, ${title}`}
                onClick={() => props.onSave(format)}
              >
                <Download size={12} />
              </Button>
            </span>
          ))}
        </span>
      )}
      {(mode === 'space-time' || mode === 'map') && (
        <span className="flow-tools">
          <Button look="quiet" isSmall isIcon label="Zoom out" onClick={() => canvas.current?.zoom(1 / 1.4)}>
            <ZoomOut size={14} />
          </Button>
          <Button look="quiet" isSmall isIcon label="Zoom in" onClick={() => canvas.current?.zoom(1.4)}>
            <ZoomIn size={14} />
          </Button>
          <Button look="quiet" isSmall isIcon label="Zoom to fit (double-click on empty space)" onClick={() => canvas.current?.fit()}>
            <Maximize2 size={13} />
          </Button>
          {mode === 'space-time' && (
            <button
              type="button"
              className={`flow-live${isLive ? ' is-on' : ''}`}
              aria-pressed={isLive}
              title={isLive ? 'The view follows what comes in' : 'Follow what comes in again'}
              onClick={() => canvas.current?.goLive()}
            >
              <i aria-hidden /> Follow
            </button>
          )}
        </span>
      )}
    </div>
  );
});

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  onChange(value: T): void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): React.ReactNode {
  return (
    <div className="flow-choice" role="group" aria-label={label}>
      {options.map(([id, title]) => (
        <button key={id} type="button" aria-pressed={value === id} onClick={() => onChange(id)}>
          {title}
        </button>
      ))}
    </div>
  );
}
